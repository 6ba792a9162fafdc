"""Ocean Optics USB2000 and its family through python-seabreeze."""
