"""What management looks at: counts of what happened, as reports with plots. Nothing here decides about a customer."""
