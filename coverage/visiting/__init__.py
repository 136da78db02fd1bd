"""The pure part of visiting: what a phone sends, and how a day's doors are laid out. Neither Django nor the clock."""
