"""The virtual laboratory: one physical world and the faces through which it is reached."""
