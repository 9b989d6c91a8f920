"""Tags of assets in the catalog: given by machines, decided by people, learned, taken back."""
