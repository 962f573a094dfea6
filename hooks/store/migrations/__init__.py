"""How a database comes from one schema to the next. Run by `hooks.store.schema`, never by hand."""
