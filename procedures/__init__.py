"""The experiments, as PyMeasure procedures: parameters declared once, a plan built from them."""
