links delete lnk_01J8ZK4R2N5M6P7Q8W4T --yes
