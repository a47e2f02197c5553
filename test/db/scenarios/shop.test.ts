import { selling } from '../shop/selling.ts'

selling('mariadb')
