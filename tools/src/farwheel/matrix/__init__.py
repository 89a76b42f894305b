"""What a CI run has to do: which jobs changed, how long they take, who does which."""
