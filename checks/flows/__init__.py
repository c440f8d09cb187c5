"""Follows what clients send through the functions of a project to the calls where it does harm.

Standard library only: `child.py` runs as a program of its own, with `python -I -S`, because a hostile file can crash a parser.
"""
