"""What people read of an index: wheel, receipt and grid say what there is, and site writes the pages."""
