"""Device configurations, engineering documents and technical questions."""
