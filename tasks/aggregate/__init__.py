"""Units' figures to totals over units, and totals to indicators."""
