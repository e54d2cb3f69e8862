"""The batch service without a network: jobs, their rules, their clock and their bill. Imports no other room."""
