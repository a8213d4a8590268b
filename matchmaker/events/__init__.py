"""Events, their sectors and the companies that take part."""
