"""A stand-in for the USB bus with an Ocean Optics USB2000 on it, in front of the world."""
