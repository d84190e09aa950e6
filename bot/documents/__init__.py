"""Papers printed on the server; `reportlab` lives here and nowhere else."""
