"""Containers that give their items back in the order of their kind."""

from containers.queue import Queue
from containers.stack import Stack

__all__ = ["Queue", "Stack"]
