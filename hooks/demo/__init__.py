"""The demonstration: a chart-review page and made-up charts, served in development mode only."""
