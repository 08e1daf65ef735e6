"""What a row is: the model class, its fields, keys and indexes."""
