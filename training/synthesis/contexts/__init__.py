"""Numbers where people write them: dates, sums, forms, tables, grids, as generated pages with exact labels."""
