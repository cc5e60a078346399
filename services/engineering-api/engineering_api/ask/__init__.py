"""Questions: understood by rules, answered from facts, tools, checked knowledge and documents, each sentence cited."""
