from . import money
from .base import *
from .money import Money as Amount
