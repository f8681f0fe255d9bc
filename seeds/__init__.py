"""Sample articles written for the project, read through ``importlib.resources``."""
