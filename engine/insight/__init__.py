"""What the office can learn from its own records: today, bottlenecks, troubles, what is likely to come. Reads only."""
