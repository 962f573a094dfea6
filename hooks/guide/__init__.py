"""The clinical handbook: pages written from the declarations, and the routes that serve them."""
