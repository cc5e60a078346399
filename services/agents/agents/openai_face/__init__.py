"""The platform as a model: what clients of OpenAI's API call."""
