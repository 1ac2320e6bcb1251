"""Make the demo subdistrict: its ground, its people, seven months of work, all written through mutations."""
