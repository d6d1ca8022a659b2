"""What an office can say about itself: today, bottlenecks, the SOP catalogue, lists behind the numbers. Reads only,
except for activation. Every function takes the Office and answers with frozen records.
"""
