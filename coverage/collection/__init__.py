"""一码: codes on paper, what people write of themselves behind them, and letting go of it again."""
