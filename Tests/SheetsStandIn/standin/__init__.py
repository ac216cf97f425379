"""A stand-in for the Google Sheets API v4: spreadsheets in memory, answers in Google's words, faults on demand."""
