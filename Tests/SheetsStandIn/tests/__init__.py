"""Tests of the stand-in itself: against recorded exchanges, with gspread, and its strictness. `python3 -m unittest` in the folder above runs them."""
