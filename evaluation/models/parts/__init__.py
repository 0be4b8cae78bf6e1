"""What models share: how counts are observed, the latent field, shocks, effects and breaks."""
