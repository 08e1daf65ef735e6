"""How long things take: one folder per question."""
