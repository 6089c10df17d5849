from .public import *
