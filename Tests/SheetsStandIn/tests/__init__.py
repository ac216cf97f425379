"""Tests of the stand-in itself: against recorded exchanges, with gspread, its faults, its tokens and its strictness."""
