"""The made-up organisations, written on the street that coverage has made."""
