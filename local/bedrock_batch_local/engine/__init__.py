"""The batch service without its network: jobs, their rules, their clock and their bill. Imports no other room."""
