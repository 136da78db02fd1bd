"""What departments and the registry say differently: kept in step with batches, asked at doors, brought forward, let go."""
