"""Two workbooks, or two tables, set beside one another without a database."""
