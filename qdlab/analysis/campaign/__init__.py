"""Several runs -> one result with the scatter between them."""

from qdlab.analysis.campaign._campaign import CampaignRun, Quantity, campaign_of, campaign_summary
from qdlab.analysis.campaign._random_effects import Combined, combine

__all__ = ["CampaignRun", "Combined", "Quantity", "campaign_of", "campaign_summary", "combine"]
