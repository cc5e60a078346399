"""What the records of a UniFi controller say, by the collections in which it keeps them."""
