"""The webshop: a small shop for tea, with a search, orders and uploads."""
