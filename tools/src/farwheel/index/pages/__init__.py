"""What people read of an index: recipes, about, receipt and grid say what there is; site writes the pages."""
