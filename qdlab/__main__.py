"""`python -m qdlab` is `qdlab`."""

from qdlab.app import main

main()
