"""qdlab: optical gain in electrochemically doped quantum-dot films, measured, reduced and explained."""
