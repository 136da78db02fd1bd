"""Who is out there, and have we reached them."""
