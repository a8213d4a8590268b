"""Who may open what, forms, languages, error pages: what every page shares."""
