"""Administration of tables: make, describe, compare with models, and change them."""
