"""Training the model from the files that trainers edit."""
