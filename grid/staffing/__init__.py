"""Who works in a grid: members, people lent by departments, and the former grids that it was made of."""
