"""A package that hands on what is in others."""

from .orders import *
